/** Milliseconds of the machine's monotonic clock: the same in every process, and nobody can set it. */
export const machineNow = (): number => Number(process.hrtime.bigint()) / 1e6;

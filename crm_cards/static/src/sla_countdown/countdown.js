/**
 * Working time that is left now.
 *
 * @param {{remaining: number, now: number, intervals: number[][]}} countdown what the
 *  server said, in seconds
 * @param {number} passed seconds since it said so
 * @returns {number} seconds, negative when late
 */
export function getRemaining({ remaining, now, intervals }, passed) {
    const until = now + passed;
    let worked = 0;
    for (const [start, stop] of intervals) {
        worked += Math.max(Math.min(stop, until) - Math.max(start, now), 0);
    }
    return remaining - worked;
}

/**
 * @param {number} seconds
 * @returns {string} hours and minutes, as on a clock: 12:05, −0:40
 */
export function formatRemaining(seconds) {
    const minutes = Math.floor(Math.abs(seconds) / 60);
    const sign = seconds < 0 ? "\u2212" : "";
    return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

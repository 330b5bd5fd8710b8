/**
 * @param {number} seconds
 * @returns {string} as on a stop watch: 0:00:05, 12:34:56
 */
export function formatElapsed(seconds) {
    const pad = (number) => String(number).padStart(2, "0");
    const minutes = Math.floor(seconds / 60);
    return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

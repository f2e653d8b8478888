/**
 * Loaded before the program, this sets its clock back by a day.
 *
 * @module
 */
const DAY_MS = 86_400_000;
const now = Date.now.bind(Date);

Date.now = () => now() - DAY_MS;

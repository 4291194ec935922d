// @ts-check

/**
 * A figure, or the median of several with its spread.
 *
 * @typedef {number | { median: number, least: number, most: number } | undefined} Figure
 *
 * @typedef {object} Goal
 * @property {string} what
 * @property {number} value
 * @property {'at least' | 'at most'} side
 * @property {number} bound
 * @property {boolean} reached
 *
 * @typedef {object} Result
 * @property {readonly ({ what: string } & Record<string, Figure | string>)[]} rows
 * @property {readonly Goal[]} goals
 * @property {readonly string[]} [digests]
 *
 * @typedef {object} Benchmark
 * @property {string} name
 * @property {string} title
 * @property {string} method
 * @property {(options: { quick: boolean }) => Promise<Result>} measure
 */
export {};

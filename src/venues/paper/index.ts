export { type PaperOptions, paper } from './paper.js';

import { neverBeyond } from './never-beyond.js';

// A file of its own, so that another core plays it.
neverBeyond('deny');

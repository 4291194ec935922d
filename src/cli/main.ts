#!/usr/bin/env node
console.log('millrace');

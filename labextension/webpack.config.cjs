// Ids that do not depend on where the tree lies: the build is the same, byte for byte, on every machine.
module.exports = { optimization: { moduleIds: 'natural', chunkIds: 'natural' } };

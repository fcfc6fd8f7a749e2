import CZlib

/// A block in the zlib format (RFC 1950), as a whole.
enum ZlibBlock {
    static func compress(_ bytes: [UInt8]) throws(HistogramError) -> [UInt8] {
        let capacity = compressBound(UInt(bytes.count))
        var status = Z_OK
        let block = [UInt8](unsafeUninitializedCapacity: Int(capacity)) { room, count in
            var length = capacity
            status = compress2(room.baseAddress, &length, bytes, UInt(bytes.count), Z_DEFAULT_COMPRESSION)
            count = status == Z_OK ? Int(length) : 0
        }
        guard status == Z_OK else { throw .noMemory }
        return block
    }

    /// It gives at most `limit` bytes, and takes memory for few until there are more.
    static func inflate(_ block: [UInt8], atMost limit: Int) throws(HistogramError) -> [UInt8] {
        var capacity = min(limit, 32 * 1_024)
        while true {
            var status = Z_OK
            let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
                var length = UInt(capacity)
                status = uncompress(room.baseAddress, &length, block, UInt(block.count))
                count = status == Z_OK ? Int(length) : 0
            }
            switch status {
            case Z_OK: return bytes
            case Z_BUF_ERROR where capacity < limit: capacity = min(limit, 8 * capacity)
            case Z_BUF_ERROR: throw .malformed("its compressed part holds more than \(limit) bytes")
            case Z_MEM_ERROR: throw .noMemory
            default: throw .malformed("its compressed part is no whole zlib block (zlib says \(status))")
            }
        }
    }
}

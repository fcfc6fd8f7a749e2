/// Bytes kept one behind the other for as long as the whole is kept: an allocation of its own for each would cost more
/// than the bytes.
struct KeptBytes: Sendable {
    /// Where some of them stand.
    struct Place: Sendable {
        fileprivate var piece: UInt32
        fileprivate var start: UInt32
        fileprivate var count: UInt32
    }

    /// Large enough that there are few, small enough for a node that records little.
    private static let pieceSize = 256 << 10

    private var pieces: [[UInt8]] = []

    /// Copies bytes, of which there may be 4 GiB at once.
    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> Place {
        if pieces.last.map({ $0.capacity - $0.count < bytes.count }) ?? true {
            var piece: [UInt8] = []
            piece.reserveCapacity(max(Self.pieceSize, bytes.count))
            pieces.append(piece)
        }
        let piece = pieces.count - 1
        let start = pieces[piece].count
        pieces[piece].append(contentsOf: bytes)
        return Place(piece: UInt32(piece), start: UInt32(start), count: UInt32(bytes.count))
    }

    subscript(place: Place) -> ArraySlice<UInt8> {
        pieces[Int(place.piece)][Int(place.start)..<Int(place.start + place.count)]
    }
}

import DequeModule

/// Bytes kept one behind the other, forgotten from the front: an allocation of its own for each would cost more than the
/// bytes.
struct KeptBytes: Sendable {
    /// Where some of them stand.
    struct Place: Sendable {
        fileprivate let piece: UInt32
        fileprivate let start: UInt32
        /// How many they are.
        let count: UInt32
    }

    /// Large enough that there are few, small enough for a node that records little.
    private static let pieceSize = 256 << 10

    private var pieces: Deque<[UInt8]> = []
    /// The number of the first piece; after 4 billion of them, 1 PiB, numbers begin anew.
    private var firstPiece: UInt32 = 0

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
        return Place(piece: firstPiece &+ UInt32(piece), start: UInt32(start), count: UInt32(bytes.count))
    }

    /// Forgets what was kept before this place, a whole piece at a time.
    mutating func forget(before place: Place) {
        while place.piece != firstPiece, pieces.count > 1 {
            pieces.removeFirst()
            firstPiece &+= 1
        }
    }

    /// Forgets everything.
    mutating func forgetAll() {
        firstPiece &+= UInt32(truncatingIfNeeded: pieces.count)
        pieces.removeAll()
    }

    /// Bytes that were not forgotten.
    subscript(place: Place) -> ArraySlice<UInt8> {
        pieces[Int(place.piece &- firstPiece)][Int(place.start)..<Int(place.start + place.count)]
    }
}

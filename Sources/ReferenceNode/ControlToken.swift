import Foundation

/// The secret that a node's control plane asks for, where others than the user can reach it.
package struct ControlToken: Sendable, Hashable {
    /// Fewer bytes could be guessed, more are no token.
    package static let lengths = 16...512

    /// How to make one, for messages.
    package static let recipe = "(umask 077; head -c 24 /dev/urandom | base64 > stickler.token)"

    private let bytes: [UInt8]

    /// Takes a token of visible ASCII.
    package init(_ text: String) throws(ControlTokenError) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unusableBytes }
        guard Self.lengths.contains(bytes.count) else { throw .length(bytes.count) }
        self.bytes = bytes
    }

    /// Reads the token that a file holds, without the blanks and line ends around it.
    package init(contentsOf path: String) throws(ControlTokenError) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unreadable(path) }
        let data: Data
        do {
            // A pipe or a device may have no end; more than this is no token.
            data = try file.read(upToCount: Self.lengths.upperBound + 64) ?? Data()
        } catch {
            throw .unreadable(path)
        }
        try self.init(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The value of `Authorization` that bears it.
    package var authorization: String { "Bearer " + String(decoding: bytes, as: UTF8.self) }

    /// Whether a value of `Authorization` bears it; how long that takes tells nothing of where the two differ.
    func isBorne(by authorization: String) -> Bool {
        let presented = Array(authorization.utf8)
        let scheme = Array("bearer ".utf8)
        guard presented.count == scheme.count + bytes.count,
            presented.prefix(scheme.count).elementsEqual(scheme, by: { $0 | 0x20 == $1 })
        else { return false }
        var difference: UInt8 = 0
        for (index, byte) in bytes.enumerated() { difference |= byte ^ presented[scheme.count + index] }
        return difference == 0
    }
}

/// Why something is no token.
package enum ControlTokenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file can't be read.
    case unreadable(String)
    /// It has so many bytes.
    case length(Int)
    /// It has blanks, control bytes or bytes beyond ASCII inside.
    case unusableBytes

    /// What was expected and what to do.
    package var description: String {
        switch self {
        case .unreadable(let path): "the token file \(path) can't be read; make one: \(ControlToken.recipe)"
        case .length(let count):
            "a token has \(ControlToken.lengths.lowerBound) to \(ControlToken.lengths.upperBound) characters, this one "
                + "has \(count); make one: \(ControlToken.recipe)"
        case .unusableBytes:
            "a token is one word of visible ASCII characters; make one: \(ControlToken.recipe)"
        }
    }
}

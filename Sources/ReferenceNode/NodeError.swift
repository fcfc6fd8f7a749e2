package import Wire

/// Why a node can't serve.
package enum NodeError: Error, Sendable, CustomStringConvertible {
    /// The address can't be taken.
    case cannotListen(Endpoint, reason: String)
    /// Others than the user can reach the control address, and there is no token.
    case tokenNeeded(control: Endpoint)
    /// The app's address is a name that nobody knows.
    case appUnknown(Endpoint, reason: String)
    /// The name would break a header.
    case unusableNodeID(String)

    /// What failed and what to do.
    package var description: String {
        switch self {
        case .cannotListen(let endpoint, let reason):
            "can't listen on \(endpoint): \(reason); free the address, or use port 0 to take any free one"
        case .tokenNeeded(let control):
            "the control address \(control) is not on loopback, and whoever reaches it could kill the node; make a "
                + "token, and give it to `stickler node` and `stickler verify` with --token-file stickler.token: "
                + ControlToken.recipe
        case .appUnknown(let app, let reason):
            "the address of the app, \(app), is not to be found: \(reason); write it as a number, such as 127.0.0.1:3000"
        case .unusableNodeID(let id):
            "\"\(id)\" can't be a node's name: use 1 to 64 letters, digits, '.', '_' or '-'"
        }
    }
}

extension NodeError {
    /// Throws ``unusableNodeID(_:)`` for what would break a header, a path or a label.
    package static func check(name: String) throws(NodeError) {
        func isNameByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else {
            throw .unusableNodeID(name)
        }
    }
}

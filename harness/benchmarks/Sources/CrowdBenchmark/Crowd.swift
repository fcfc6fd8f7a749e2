/// Many clients, and what they meet.
struct Crowd {
    /// Where the clients go.
    enum Way {
        /// To one node.
        case straight
        /// To the reference proxy, with three nodes behind it.
        case proxy
    }

    var name: String
    var clients: Int
    var goes: Way

    /// The way in words.
    var way: String {
        switch goes {
        case .straight: "in one process, straight to the process of a node"
        case .proxy: "in one process, through the process of the reference proxy to those of three nodes"
        }
    }

    /// A WebSocket takes one file of the clients' process and two of the proxy's, which may have 20 000 each.
    static let all = [
        Crowd(name: "straight", clients: 15_000, goes: .straight),
        Crowd(name: "proxy", clients: 9_000, goes: .proxy),
    ]
}

/// The nodes of a proxy as they come and go.
package struct Roster: Sendable, Equatable {
    /// What a node is there for.
    package enum State: String, Sendable, Equatable, Codable {
        /// It is new, and no check has found it healthy yet: it gets nothing.
        case joining
        /// It gets new clients.
        case serving
        /// It keeps the clients that it has, and gets no new ones.
        case draining
        /// It left: it gets nothing, and its clients go to others.
        case gone
    }

    /// One node.
    package struct Member: Sendable, Equatable {
        /// Its name and address.
        package let node: ProxyNode
        /// What it is there for.
        package fileprivate(set) var state: State
    }

    /// By the numbers of their ids; those that left keep their places.
    private var members: [Member] = []
    /// Those that have not left, in the order in which they came.
    private(set) var present: [NodeID] = []
    /// The same by their names.
    private var places: [String: NodeID] = [:]

    /// Nodes that serve from the beginning.
    init(_ nodes: [ProxyNode]) {
        for node in nodes { append(node, .serving) }
    }

    subscript(id: NodeID) -> Member { members[id.number] }

    /// Every node there ever was, by the numbers of their ids.
    var everyNode: [ProxyNode] { members.map(\.node) }

    /// Whether it may have clients.
    func keepsClients(_ id: NodeID) -> Bool {
        switch members[id.number].state {
        case .serving, .draining: true
        case .joining, .gone: false
        }
    }

    /// Whether it may get new clients.
    func takesClients(_ id: NodeID) -> Bool { members[id.number].state == .serving }

    /// The node of this name that has not left.
    func id(named name: String) throws(RosterError) -> NodeID {
        guard let id = places[name] else {
            throw .unknownNode(name, present: present.map { members[$0.number].node.id })
        }
        return id
    }

    /// The same; nil where there is none.
    func place(of name: String) -> NodeID? { places[name] }

    // MARK: Changes

    /// Another node comes.
    mutating func add(_ node: ProxyNode, _ state: State) throws(RosterError) -> NodeID {
        if places[node.id] != nil { throw .duplicateNode(node.id) }
        return append(node, state)
    }

    @discardableResult
    private mutating func append(_ node: ProxyNode, _ state: State) -> NodeID {
        let id = NodeID(members.count)
        members.append(Member(node: node, state: state))
        present.append(id)
        places[node.id] = id
        return id
    }

    /// A node that is new was found healthy.
    mutating func joined(_ id: NodeID) {
        if members[id.number].state == .joining { members[id.number].state = .serving }
    }

    /// It gets no new clients from now on.
    mutating func drain(_ id: NodeID) throws(RosterError) {
        let member = members[id.number]
        guard member.state != .joining else { throw .hasNoClients(member.node.id) }
        if member.state == .serving { members[id.number].state = .draining }
    }

    /// It gets new clients again.
    mutating func undrain(_ id: NodeID) {
        if members[id.number].state == .draining { members[id.number].state = .serving }
    }

    /// It leaves.
    mutating func remove(_ id: NodeID) {
        members[id.number].state = .gone
        places[members[id.number].node.id] = nil
        present.removeAll { $0 == id }
    }
}

/// A change of a proxy's nodes that can't be made.
package enum RosterError: Error, Hashable, CustomStringConvertible {
    /// No node has this name; these are there.
    case unknownNode(String, present: [String])
    /// It has not been found healthy yet, and so has nothing to drain.
    case hasNoClients(String)
    /// There is one of this name, so that no cookie could tell the two apart.
    case duplicateNode(String)

    /// What is wrong, and the remedy.
    package var description: String {
        switch self {
        case .unknownNode(let name, let present):
            "there is no node \"\(name)\"; there \(present.count == 1 ? "is" : "are") "
                + (present.isEmpty ? "none" : present.joined(separator: ", "))
        case .hasNoClients(let name): "no check has found node \"\(name)\" healthy yet, so it has no clients; remove it"
        case .duplicateNode(let name): "there is a node \"\(name)\" already; remove it first, or take another name"
        }
    }
}

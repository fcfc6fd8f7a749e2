import Foundation

/// What the placeholders of a configuration stand for in one run.
package struct TemplateValues: Sendable, Hashable {
    /// `{{listen}}`: where the balancer accepts.
    package var listen: ListenAddress
    /// `{{listen2}}` … `{{listen9}}` and `{{admin}}`: further places for it to listen on, by these names.
    package var further: [String: ListenAddress]
    /// `{{node1}}` … `{{nodeN}}`, and what `{{each node}}` goes over.
    package var nodes: [ListenAddress]
    /// `{{dir}}`: an absolute directory that the balancer may write to.
    package var directory: String
    /// `{{config}}`: path of its configuration, for commands.
    package var config: String?
    /// `{{user}}`: the user who runs it.
    package var user: String
    /// Factor on times such as `{{60s}}`.
    package var timeScale: Double

    /// What placeholders stand for.
    package init(
        listen: ListenAddress, further: [String: ListenAddress] = [:], nodes: [ListenAddress], directory: String,
        config: String? = nil, user: String = NSUserName(), timeScale: Double = 1
    ) {
        self.listen = listen
        self.further = further
        self.nodes = nodes
        self.directory = directory
        self.config = config
        self.user = user
        self.timeScale = timeScale
    }

    /// Some that are good for a trial, with so many nodes.
    package static func example(nodes: Int) -> TemplateValues {
        func address(_ port: Int) -> ListenAddress { ListenAddress(host: "127.0.0.1", port: port) }
        return TemplateValues(
            listen: address(4), further: furtherNames.reduce(into: [:]) { $0[$1] = address(5) },
            nodes: (1...max(1, nodes)).map { address(10 + $0) }, directory: "/", config: "/balancer.conf")
    }

    /// Names of further places to listen on; a balancer gets those that it mentions.
    static let furtherNames = (2...9).map { "listen\($0)" } + ["admin"]

    /// What a placeholder outside of loops stands for; nil for one that has no meaning.
    func value(of name: String) -> String? {
        switch name {
        case "dir": return directory
        case "config": return config
        case "user": return user
        default: break
        }
        if let time = ScaledTime(name) { return time.text(scale: timeScale) }
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = address(parts[0]) else { return nil }
        return Self.part(parts.count > 1 ? parts[1] : nil, of: address)
    }

    private func address(_ name: String) -> ListenAddress? {
        if name == "listen" { return listen }
        if let address = further[name] { return address }
        guard name.hasPrefix("node"), let number = Int(name.dropFirst(4)), nodes.indices.contains(number - 1) else {
            return nil
        }
        return name == "node\(number)" ? nodes[number - 1] : nil
    }

    /// An address as a whole, or its `host` or `port`; nil for any other part.
    static func part(_ part: String?, of address: ListenAddress) -> String? {
        switch part {
        case nil: address.description
        case "host": address.host
        case "port": String(address.port)
        default: nil
        }
    }

    /// The placeholders that are known, for a message.
    var known: [String] {
        var names = ["dir", "listen", "user"] + further.keys + nodes.indices.map { "node\($0 + 1)" }
        if config != nil { names.append("config") }
        return names.sorted()
    }
}

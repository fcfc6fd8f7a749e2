package import Wire

/// Where an etcd keeps the records: `etcd://HOST:PORT[,HOST:PORT…][/PREFIX]`.
///
/// The endpoints are those of one cluster's members, at most 16; the prefix, `stickler` unless told, is what the keys of all
/// records begin with, so that several clusters of nodes can share an etcd. It is at most 128 letters, digits, `-`, `_`, `.`
/// and single slashes within.
package struct EtcdAddress: Hashable, Sendable, CustomStringConvertible {
    private static let scheme = "etcd://"
    private static let mostEndpoints = 16
    private static let longestPrefix = 128

    /// The members, in the order in which they are tried.
    package let endpoints: [Endpoint]
    /// What the keys begin with, without a slash at either end.
    package let prefix: String

    /// Reads an address.
    package init(parsing text: String) throws(EtcdAddressError) {
        guard text.hasPrefix(Self.scheme) else {
            // TLS is what people mean by these; the gateway is asked in the clear.
            let isWeb = text.hasPrefix("http://") || text.hasPrefix("https://")
            throw EtcdAddressError(text, isWeb ? .web : .scheme)
        }
        let rest = text.dropFirst(Self.scheme.count)
        let slash = rest.firstIndex(of: "/")
        endpoints = try Self.endpoints(rest[..<(slash ?? rest.endIndex)], in: text)
        let prefix = slash.map { String(rest[$0...].dropFirst()) } ?? ""
        guard prefix.isEmpty || Self.isPrefix(prefix) else { throw EtcdAddressError(text, .prefix) }
        self.prefix = prefix.isEmpty ? "stickler" : prefix
    }

    /// As it is read.
    package var description: String {
        "\(Self.scheme)\(endpoints.map(\.description).joined(separator: ","))/\(prefix)"
    }

    private static func endpoints(
        _ list: Substring, in text: String
    ) throws(EtcdAddressError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let endpoint = try? Endpoint(parsing: String(word)), endpoint.port > 0 else {
                throw EtcdAddressError(text, .endpoint(String(word.prefix(100))))
            }
            guard !endpoints.contains(endpoint) else { throw EtcdAddressError(text, .twice(endpoint)) }
            endpoints.append(endpoint)
        }
        guard endpoints.count <= mostEndpoints else { throw EtcdAddressError(text, .tooMany) }
        return endpoints
    }

    private static func isPrefix(_ prefix: String) -> Bool {
        prefix.utf8.count <= longestPrefix
            && prefix.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty && word.utf8.allSatisfy { $0.isLetterOrDigit(or: "-_.") }
            }
    }
}

/// A text that is no address of an etcd.
package struct EtcdAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Problem: Hashable, Sendable {
        /// It begins otherwise.
        case scheme
        /// It is the address of a web server.
        case web
        /// This is no member's address.
        case endpoint(String)
        /// This member is there twice.
        case twice(Endpoint)
        /// There are more than 16 members.
        case tooMany
        /// The prefix has other characters, an empty part, or more than 128 bytes.
        case prefix
    }

    /// The text.
    package let text: String
    /// What is wrong with it.
    package let problem: Problem

    init(_ text: String, _ problem: Problem) {
        self.text = text
        self.problem = problem
    }

    /// What is wrong, and the remedy.
    package var description: String {
        let reason =
            switch problem {
            case .scheme: "it does not begin with etcd://"
            case .web: "it begins with http, and etcd is asked at etcd://, without TLS"
            case .endpoint(let word): "\(String(reflecting: word)) is no HOST:PORT with a port of 1 to 65535"
            case .twice(let endpoint): "\(endpoint) is there twice"
            case .tooMany: "it has more than 16 members"
            case .prefix: "the prefix is not 1 to 128 letters, digits, \"-\", \"_\", \".\" and single slashes within"
            }
        return "\(String(reflecting: String(text.prefix(200)))) is no address of etcd: \(reason); write "
            + "etcd://HOST:PORT[,HOST:PORT…][/PREFIX], for example etcd://127.0.0.1:2379/meteor"
    }
}

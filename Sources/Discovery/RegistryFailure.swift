/// Why the registry did not do what was asked.
package enum RegistryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// None of its endpoints gave an answer; the text says which was asked last and what became of it.
    case unreachable(String)
    /// It answered that it won't.
    case refused(by: String, status: Int, String)
    /// It answered what it should not.
    case malformed(by: String, String)
    /// Its answer is longer than is read.
    case tooLong(by: String, limit: Int)
    /// It keeps no more leases.
    case full(limit: Int)

    /// What is wrong, what holds meanwhile, and the remedy.
    package var description: String {
        switch self {
        case .unreachable(let detail):
            "the registry gives no answer (\(detail)); the endpoints known so far stay in use, and it is asked again"
        case .refused(let place, let status, let words):
            "\(place) refuses with status \(status), saying \(String(reflecting: String(words.prefix(200)))); the "
                + "endpoints known so far stay in use; see that it is etcd 3.4 or newer, without authentication"
        case .malformed(let place, let detail):
            "\(place) does not answer as etcd does: \(detail); see that the address is that of etcd's clients"
        case .tooLong(let place, let limit):
            "\(place) answers with more than \(limit) bytes; remove what is no record of an endpoint from below the prefix"
        case .full(let limit): "the registry has \(limit) leases and takes no more; raise its limit"
        }
    }
}

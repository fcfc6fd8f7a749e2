/// The behavior that a request meets. By reference, since each request holds it and a behavior is large.
package final class RequestRules: Sendable {
    let behavior: Behavior
    /// The affinity cookie; nil where none is set.
    let cookie: AffinityCookie?
    let keySource: KeySource
    /// The application's cookie that affinity is learned from; nil where it isn't.
    let learnedCookie: String?

    /// Requests meet this behavior in all that they are asked of one by one.
    package init(_ behavior: Behavior) {
        self.behavior = behavior
        cookie = behavior.affinity.cookie.map(AffinityCookie.init)
        keySource = KeySource(behavior.affinity.rule)
        learnedCookie = if case .learned(let name, _) = behavior.affinity.rule { name } else { nil }
    }
}

extension Behavior {
    /// Whether it differs from another behavior only in knobs that each request is asked of anew, with its answer. Others
    /// hold for a connection, a node or the whole proxy, and can't be turned for single requests.
    package func differsForRequestsOnly(from other: Behavior) -> Bool {
        var mixed = other
        (mixed.upgrade.paths, mixed.upgrade.connection) = (upgrade.paths, upgrade.connection)
        (mixed.upgrade.refusal, mixed.upgrade.leftOverLimit) = (upgrade.refusal, upgrade.leftOverLimit)
        mixed.upgrade.tunnel = upgrade.tunnel
        mixed.affinity.cookie = mixed.affinity.cookie.map { $0.written(as: affinity.cookie ?? $0) }
        mixed.distribution.noNode = distribution.noNode
        (mixed.retry, mixed.headers, mixed.requests) = (retry, headers, requests)
        // Whoever reads the requests of a connection knows it before any of them.
        mixed.requests.lengths = other.requests.lengths
        (mixed.answers.buffering, mixed.answers.errors) = (answers.buffering, answers.errors)
        (mixed.answers.cut, mixed.answers.abandoned) = (answers.cut, answers.abandoned)
        mixed.answers.bodyLimit = answers.bodyLimit
        mixed.limits.bodyBytes = limits.bodyBytes
        return mixed == self && self != other
    }
}

extension Behavior.Affinity.Cookie {
    /// This cookie, written on answers as another one is.
    fileprivate func written(as other: Self) -> Self {
        var mixed = other
        (mixed.name, mixed.format, mixed.twin, mixed.isRefreshed) = (name, format, twin, isRefreshed)
        return mixed
    }
}

package import NIOHTTP1
import StickyProxy

/// Forwards requests of some paths without their query, as a cache does that keeps one copy per path.
package struct DroppedQuery: Defect, RatedDefect {
    /// End of the paths.
    package var pathSuffix: String

    /// A defect of the requests for paths with this end.
    package init(pathSuffix: String) { self.pathSuffix = pathSuffix }

    /// The request without its query.
    package func request(_ head: HTTPRequestHead) -> HTTPRequestHead {
        guard head.path.hasSuffix(pathSuffix) else { return head }
        var forwarded = head
        forwarded.uri = String(head.path)
        return forwarded
    }

    /// Drawn requests lose their query.
    package var rated: RatedDamage { .requests(self) }
}

extension HTTPRequestHead {
    /// The request target without its query.
    var path: Substring { uri.prefix { $0 != "?" } }
}

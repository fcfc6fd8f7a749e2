package import NIOHTTP1
import StickyProxy

/// Gives requests without `Upgrade` one with the value of `Connection`, as a proxy does that fills both from one variable.
package struct AddedUpgrade: Defect, RatedDefect {
    /// The value of both fields.
    package var value: String

    /// A defect of all requests that ask for no upgrade.
    package init(value: String) { self.value = value }

    /// The request with the fields.
    package func request(_ head: HTTPRequestHead) -> HTTPRequestHead {
        guard !head.headers.contains(name: "upgrade") else { return head }
        var forwarded = head
        forwarded.headers.replaceOrAdd(name: "Connection", value: value)
        forwarded.headers.add(name: "Upgrade", value: value)
        return forwarded
    }

    /// Drawn requests get the fields.
    package var rated: RatedDamage { .requests(self) }
}

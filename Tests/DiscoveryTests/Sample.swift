import Clocks
import Wire

@testable import Discovery

/// Values of tests.
enum Sample {
    /// Nobody waits so long: a wait that ends, ends for another reason.
    static let long = Duration.seconds(20)

    static func endpoint(_ number: Int, service: String = "web") -> ServiceEndpoint {
        (try? ServiceEndpoint(service: service, url: "http://10.0.0.1:\(number)"))!
    }

    static func reading(_ revision: Int64, _ numbers: Int...) -> RegistryReading {
        RegistryReading(revision: revision, endpoints: numbers.map { endpoint($0) })
    }

    /// So many milliseconds after the start.
    static func at(_ milliseconds: Int) -> MonotonicClock.Instant {
        MonotonicClock.Instant(nanoseconds: 0) + .milliseconds(milliseconds)
    }

    static let failure = RegistryFailure.unreachable("test")
}

extension MonotonicClock.Instant {
    /// Milliseconds after the start.
    var milliseconds: Int { Int(nanoseconds / 1_000_000) }
}

extension EndpointSet {
    /// The ports that tell samples apart.
    var numbers: [Int] { all.map(\.url.address.port).sorted() }
}

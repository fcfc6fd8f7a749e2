/// What is kept of a registry, which anybody may have written to.
package struct DiscoveryLimits: Sendable, Hashable {
    /// Most endpoints of all services together.
    package var endpoints: Int
    /// Most bytes of one record.
    package var recordBytes: Int

    /// These limits.
    package init(endpoints: Int = 1_024, recordBytes: Int = 2_048) {
        self.endpoints = endpoints
        self.recordBytes = recordBytes
    }
}

/// What a node knows of the others at one time.
package struct DiscoveryView: Hashable, Sendable {
    /// The endpoints that live, its own among them.
    package var endpoints = EndpointSet()
    /// Whether all records were read once; before that nothing is known, and no endpoint says nothing.
    package var isKnown = false
    /// Whether its own record stands, as far as it knows.
    package var isRegistered = false
    /// What is wrong with the registry at present.
    package var trouble: RegistryFailure?
    /// Records that are not used.
    package var refusals = Refusals()

    /// Nothing is known.
    package init() {}
}

import Testing

extension Tag {
    /// Takes seconds.
    @Tag static var slow: Self
    /// Runs a real etcd, which may not be installed.
    @Tag static var realEtcd: Self
}

import Balancers

extension BalancerCatalog {
    /// The balancers of the user, else those of the checkout this was built from: a package that depends on Stickler has
    /// the checkout neither above its working directory nor above its tests.
    ///
    /// - Parameter own: a folder of the user's beside them; nil for none.
    static func find(own: String?) throws(CatalogError) -> BalancerCatalog {
        var catalog = try find()
        catalog.own = own
        return catalog
    }

    private static func find() throws(CatalogError) -> BalancerCatalog {
        do throws(CatalogError) {
            return try locate(vocabulary: .known)
        } catch .noCatalog(let searched) {
            do throws(CatalogError) {
                return try locate(vocabulary: .known, executable: #filePath)
            } catch {
                throw .noCatalog(searched: searched)
            }
        }
    }
}

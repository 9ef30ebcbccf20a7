using Flyball.Base.Resources;

namespace Flyball.Discovery.Indexing;

/// <summary>What leads from the index as it is to a snapshot, for a reader that fell too far behind.</summary>
internal static class SnapshotChanges
{
    public static IEnumerable<ResourceChange> Between(CatalogueIndex index, ResourceSnapshot snapshot)
    {
        foreach (string kind in CatalogueIndex.WatchedKinds)
        {
            foreach (string row in index.Rows(kind))
            {
                var key = new ResourceKey(kind, row);
                if (snapshot.Find(key) is null) yield return ResourceChange.Delete(key, snapshot.Revision);
            }

            foreach (StoredResource resource in snapshot.List(kind)) yield return ResourceChange.Put(resource);
        }
    }
}

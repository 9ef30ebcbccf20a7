namespace Flyball.Base.Resources;

/// <summary>One key's change in one transaction. <see cref="Current"/> is null when the key was deleted.</summary>
public readonly record struct ResourceChange(ResourceKey Key, Revision Revision, StoredResource? Current)
{
    public bool IsDelete => Current is null;

    public static ResourceChange Put(StoredResource resource) => new(resource.Key, resource.Revision, resource);

    public static ResourceChange Delete(ResourceKey key, Revision revision) => new(key, revision, null);
}

using Flyball.Base.Resources;
using Flyball.Contracts.Store.Wire;
using Google.Protobuf;

namespace Flyball.Store.Remote;

/// <summary>Changes to and from the control protocol.</summary>
internal static class WireChanges
{
    public static WatchedChange ToWire(ResourceChange change) => new()
    {
        Kind = change.Key.Kind,
        Namespace = change.Key.Namespace,
        Name = change.Key.Name,
        Revision = change.Revision.Value,
        Deleted = change.IsDelete,
        // Without copying: stored bytes are never changed.
        Value = change.Current is { } current ? UnsafeByteOperations.UnsafeWrap(current.Value) : ByteString.Empty,
    };

    public static ResourceChange FromWire(WatchedChange wire)
    {
        // Kinds and namespaces are few and many resources share them: one string each instead of one a row.
        var key = new ResourceKey(string.Intern(wire.Kind), string.Intern(wire.Namespace), wire.Name);
        var revision = new Revision(wire.Revision);
        return wire.Deleted
            ? ResourceChange.Delete(key, revision)
            : ResourceChange.Put(new StoredResource(key, revision, wire.Value.Memory));
    }
}

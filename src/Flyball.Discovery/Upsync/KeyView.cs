using System.Text;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Upsync;

/// <summary>A key as clients read it, whether it is stored or stands for an instance.</summary>
internal sealed record KeyView(string Key, long CreateIndex, long ModifyIndex)
{
    public byte[] Value { get; init; } = [];

    public ulong Flags { get; init; }

    public long LockIndex { get; init; }

    public string? Session { get; init; }

    public static KeyView Of(KvItem item)
    {
        KvEntry entry = item.Entry;
        return new KeyView(
            item.Key, entry.CreatedRevision == 0 ? item.ModifyIndex : entry.CreatedRevision, item.ModifyIndex)
        {
            Value = entry.Value,
            Flags = entry.Flags,
            LockIndex = entry.LockIndex,
            Session = entry.Session,
        };
    }

    public static KeyView Of(ProjectedKey key) => new(key.Key, key.CreateIndex, key.ModifyIndex)
    {
        Value = Encoding.UTF8.GetBytes(key.Peer.ToJson()),
    };
}

using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>A key as the index holds it: the row is decoded only when it is asked for.</summary>
internal sealed class KvItem(string key, string? session, StoredResource row)
{
    public string Key => key;

    public string? Session => session;

    public long ModifyIndex => row.Revision.Value;

    public int Bytes => key.Length + row.ValueLength;

    public KvEntry Entry => RegistrationKinds.Kv.Decode(row.Value.Span);
}

using System.Net;
using System.Text;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>What a request's head says, read from its bytes.</summary>
internal readonly ref struct HeadFacts(ReadOnlySpan<byte> bytes, RequestHead head, ClientConnection? client)
    : IRequestFacts
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public string Method => head.Method;

    public IPAddress? Client => client?.Peer.Address;

    public TlsConnection? Tls => client?.Tls;

    public int HeaderBytes => head.Length - head.FieldsStart;

    public (string Host, string Target) Address =>
        (head.HostOf(bytes), Encoding.ASCII.GetString(bytes.Slice(head.TargetStart, head.TargetLength)));

    public bool HeaderFits(FieldTest test)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (Is(field, test.Name) && test.Accepts(field.Value(bytes))) return !test.WantsNone;
        }

        return test.WantsNone;
    }

    public bool QueryFits(FieldTest test)
    {
        ReadOnlySpan<byte> target = bytes.Slice(head.TargetStart, head.TargetLength);
        int at = target.IndexOf((byte)'?');
        return QueryFields.Fit(at < 0 ? default : target[(at + 1)..], test);
    }

    public int CopyHeader(FieldName name, scoped Span<byte> to)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (Is(field, name)) return Copy(Cut(field.Value(bytes)), to);
        }

        return -1;
    }

    public int CopyCookie(FieldName name, scoped Span<byte> to)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            bool isCookie = field.NameLength == 6 && Ascii.EqualsIgnoreCase(field.Name(bytes), "cookie"u8);
            if (isCookie && CookieFields.TryFind(Cut(field.Value(bytes)), name.Bytes, out ReadOnlySpan<byte> value))
                return Copy(value, to);
        }

        return -1;
    }

    private static int Copy(ReadOnlySpan<byte> value, scoped Span<byte> to)
    {
        value.CopyTo(to);
        return value.Length;
    }

    public bool HasSeveral(FieldName name)
    {
        int count = 0;
        foreach (ref readonly HeadField field in head.Fields.Items) count += Is(field, name) ? 1 : 0;
        return count > 1;
    }

    public int CopyEnd(FieldName name, scoped Span<byte> to)
    {
        int free = to.Length;
        ReadOnlySpan<HeadField> fields = head.Fields.Items;
        for (int i = fields.Length - 1; i >= 0 && free > 0; i--)
        {
            if (fields[i].ValueLength == 0 || !Is(fields[i], name)) continue;
            if (free < to.Length) to[--free] = (byte)',';
            ReadOnlySpan<byte> value = fields[i].Value(bytes);
            ReadOnlySpan<byte> taken = value[^Math.Min(value.Length, free)..];
            free -= taken.Length;
            taken.CopyTo(to[free..]);
        }

        to[free..].CopyTo(to);
        return to.Length - free;
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> value) =>
        value.Length > IRequestFacts.ValueBytesMax ? value[..IRequestFacts.ValueBytesMax] : value;

    private bool Is(in HeadField field, FieldName name) =>
        field.NameLength == name.Bytes.Length && Ascii.EqualsIgnoreCase(field.Name(bytes), name.Bytes);
}

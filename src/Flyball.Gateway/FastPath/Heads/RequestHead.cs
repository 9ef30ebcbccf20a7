using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// A request's head as offsets into the bytes it was parsed from. One object serves all requests of a loop: what is
/// needed later is copied out.
/// </summary>
internal sealed class RequestHead(int fieldsMax, int headerBytesMax)
{
    /// <summary>Bytes of a first line; Kestrel's limit, too.</summary>
    public const int FirstLineBytesMax = 8 * 1024;

    /// <summary>Bytes of a host; longer ones are no name that DNS can hold, and the other path's matter.</summary>
    public const int HostBytesMax = 512;

    private const int MethodBytesMax = 32;

    private int firstField;

    public HeadFields Fields { get; } = new(fieldsMax);

    public HeadFault? Fault { get; private set; }

    /// <summary>Bytes with the empty line.</summary>
    public int Length { get; private set; }

    public string Method { get; private set; } = "";

    public int MethodLength { get; private set; }

    public int TargetStart { get; private set; }

    public int TargetLength { get; private set; }

    public bool IsHttp11 { get; private set; }

    public int HostStart { get; private set; }

    public int HostLength { get; private set; }

    public BodyKind Body { get; private set; }

    /// <summary>Meant for <see cref="BodyKind.Length"/>.</summary>
    public long ContentLength { get; private set; }

    public bool WantsClose { get; private set; }

    public bool WantsKeepAlive { get; private set; }

    /// <summary><c>Connection</c> names fields beside the usual ones.</summary>
    public bool Nominates { get; private set; }

    public bool ExpectsContinue { get; private set; }

    /// <summary>The client asks for JSON.</summary>
    public bool TakesJson { get; private set; }

    /// <summary>The index of the first field of each kind; -1 for none.</summary>
    public int TraceParent { get; private set; }

    public int Via { get; private set; }

    /// <summary>Where the first header begins.</summary>
    public int FieldsStart => firstField;

    public string HostOf(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes.Slice(HostStart, HostLength));

    public string? TraceParentOf(ReadOnlySpan<byte> bytes) =>
        TraceParent < 0 ? null : Encoding.ASCII.GetString(Fields.Items[TraceParent].Value(bytes));

    public HeadVerdict Parse(ReadOnlySpan<byte> bytes)
    {
        Fault = null;
        int at = 0;
        HeadVerdict verdict = FirstLine(bytes, ref at);
        if (verdict != HeadVerdict.Complete) return verdict;
        firstField = at;
        verdict = Fields.Parse(bytes, ref at, out HeadFault? fault);
        if (verdict == HeadVerdict.Refused) return Refuse(fault!);
        if ((verdict == HeadVerdict.Incomplete ? bytes.Length : at) - firstField > headerBytesMax)
            return Refuse(HeadFault.LongHead);
        if (verdict == HeadVerdict.Incomplete) return verdict;
        Length = at;
        return Digest(bytes);
    }

    private HeadVerdict FirstLine(ReadOnlySpan<byte> bytes, ref int at)
    {
        int method = bytes.IndexOfAnyExcept(HeadFields.TokenBytes);
        if (method < 0) return bytes.Length > MethodBytesMax ? Refuse(HeadFault.RequestLine) : HeadVerdict.Incomplete;
        if (method == 0 || method > MethodBytesMax || bytes[method] != ' ') return Refuse(HeadFault.RequestLine);
        TargetStart = method + 1;
        TargetLength = bytes[TargetStart..].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E);
        if (TargetLength < 0)
            return bytes.Length > FirstLineBytesMax ? Refuse(HeadFault.LongTarget) : HeadVerdict.Incomplete;
        if (TargetLength > FirstLineBytesMax) return Refuse(HeadFault.LongTarget);
        if (TargetLength == 0 || bytes[TargetStart + TargetLength] != ' ') return Refuse(HeadFault.RequestLine);

        ReadOnlySpan<byte> version = bytes[(TargetStart + TargetLength + 1)..];
        if (version.Length < 10)
            return "HTTP/1.1\r\n"u8.StartsWith(version) || "HTTP/1.0\r\n"u8.StartsWith(version)
                ? HeadVerdict.Incomplete
                : Refuse(VersionFault(version));
        IsHttp11 = version.StartsWith("HTTP/1.1\r\n"u8);
        if (!IsHttp11 && !version.StartsWith("HTTP/1.0\r\n"u8)) return Refuse(VersionFault(version));
        if (MethodNames.Read(bytes[..method]) is not { } name) return Refuse(HeadFault.Method);
        MethodLength = method;
        Method = name;
        at = TargetStart + TargetLength + 11;
        return HeadVerdict.Complete;
    }

    private HeadVerdict Digest(ReadOnlySpan<byte> bytes)
    {
        WantsClose = WantsKeepAlive = Nominates = ExpectsContinue = TakesJson = false;
        TraceParent = Via = HostStart = -1;
        HostLength = 0;
        Body = BodyKind.None;
        ContentLength = 0;
        bool foreign = false;
        ReadOnlySpan<HeadField> fields = Fields.Items;
        for (int i = 0; i < fields.Length; i++)
        {
            ref readonly HeadField field = ref fields[i];
            if (field.Id == FieldId.Other) continue;
            HeadFault? fault = Take(bytes, field, i, ref foreign);
            if (fault is not null) return Refuse(fault);
        }

        return Whole(bytes, foreign);
    }

    private HeadFault? Take(ReadOnlySpan<byte> bytes, in HeadField field, int index, ref bool foreign)
    {
        switch (field.Id)
        {
            case FieldId.Host:
                if (HostStart >= 0) return HeadFault.TwoHosts;
                HostStart = field.ValueStart;
                HostLength = field.ValueLength;
                return null;
            case FieldId.ContentLength:
                if (Body == BodyKind.Chunked) return HeadFault.LengthAndEncoding;
                if (Body == BodyKind.Length) return HeadFault.TwoLengths;
                Body = BodyKind.Length;
                ContentLength = FieldLists.TryLength(field.Value(bytes), out long length) ? length : -1;
                return ContentLength < 0 ? HeadFault.Length : null;
            case FieldId.TransferEncoding:
                if (Body == BodyKind.Length) return HeadFault.LengthAndEncoding;
                if (Body == BodyKind.Chunked || !IsHttp11 || !Ascii.EqualsIgnoreCase(field.Value(bytes), "chunked"u8))
                    return HeadFault.Encoding;
                Body = BodyKind.Chunked;
                return null;
            case FieldId.Connection:
                return TakeConnection(field.Value(bytes));
            case FieldId.Upgrade:
                // An offer of HTTP/2 may be declined by passing over it; anything else changes the protocol.
                foreign |= !Ascii.EqualsIgnoreCase(field.Value(bytes), "h2c"u8);
                return null;
            case FieldId.Expect:
                ExpectsContinue = Ascii.EqualsIgnoreCase(field.Value(bytes), "100-continue"u8);
                foreign |= !ExpectsContinue;
                return null;
            case FieldId.Accept:
                TakesJson |= field.Value(bytes).IndexOf("json"u8) >= 0;
                return null;
            case FieldId.TraceParent:
                // Two of them say nothing: neither is taken.
                TraceParent = TraceParent == -1 ? index : -2;
                return null;
            case FieldId.Via:
                if (Via < 0) Via = index;
                return null;
            default:
                return null;
        }
    }

    private HeadFault? TakeConnection(ReadOnlySpan<byte> list)
    {
        while (FieldLists.Next(ref list, out ReadOnlySpan<byte> token))
        {
            if (Ascii.EqualsIgnoreCase(token, "close"u8)) WantsClose = true;
            else if (Ascii.EqualsIgnoreCase(token, "keep-alive"u8)) WantsKeepAlive = true;
            else if (FieldNames.Find(token) is FieldId.Host or FieldId.ContentLength or FieldId.TransferEncoding)
                return HeadFault.Connection;
            else Nominates = true;
        }

        return null;
    }

    /// <summary>What only the whole head can tell.</summary>
    private HeadVerdict Whole(ReadOnlySpan<byte> bytes, bool foreign)
    {
        if (HostStart < 0 && IsHttp11) return Refuse(HeadFault.NoHost);
        ReadOnlySpan<byte> host = HostStart < 0 ? default : bytes.Slice(HostStart, HostLength);
        if (bytes[TargetStart] != '/')
        {
            if (Method is "CONNECT" || bytes.Slice(TargetStart, TargetLength).SequenceEqual("*"u8))
                return HeadVerdict.Foreign;
            if (!TakeAbsolute(bytes, host, ref foreign)) return Refuse(Fault!);
        }

        if (TargetCheck.Find(bytes.Slice(TargetStart, TargetLength)) is { } fault) return Refuse(fault);
        foreign |= host.Length > HostBytesMax || !HostCheck.IsPlain(host) || Method is "CONNECT";
        return foreign ? HeadVerdict.Foreign : HeadVerdict.Complete;
    }

    /// <summary>
    /// A target with a host in it, which must be the other host's twin; what follows it is the target.
    /// </summary>
    private bool TakeAbsolute(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> host, ref bool foreign)
    {
        ReadOnlySpan<byte> target = bytes.Slice(TargetStart, TargetLength);
        int scheme = TargetCheck.SchemeLength(target);
        if (scheme == 0)
        {
            Fault = HeadFault.Target;
            return false;
        }

        int end = TargetCheck.HostEnd(target, scheme);
        if (!Ascii.EqualsIgnoreCase(target[scheme..end], host))
        {
            Fault = HeadFault.HostDiffers;
            return false;
        }

        // A target without a path is rare, and the other path puts the slash in.
        foreign |= end == target.Length || target[end] != '/';
        TargetStart += end;
        TargetLength -= end;
        return true;
    }

    private HeadVerdict Refuse(HeadFault fault)
    {
        Fault = fault;
        return HeadVerdict.Refused;
    }

    private static HeadFault VersionFault(ReadOnlySpan<byte> version) =>
        version.StartsWith("HTTP/"u8) && version.Length > 5 && version[5] is not (byte)'1'
            ? HeadFault.Version
            : HeadFault.RequestLine;
}

using System.Text;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>A back end's head as offsets into the bytes it was parsed from; as strict as for requests.</summary>
internal sealed class AnswerHead(int fieldsMax)
{
    /// <summary>Version, status and the space or line break behind them.</summary>
    private const int StatusLineBytesMin = 13;

    private const int StatusLineBytesMax = 1024;

    private bool closes;

    public HeadFields Fields { get; } = new(fieldsMax);

    public HeadFault? Fault { get; private set; }

    /// <summary>Bytes with the empty line.</summary>
    public int Length { get; private set; }

    public int Status { get; private set; }

    /// <summary>What stands behind the status.</summary>
    public int ReasonStart { get; private set; }

    public int ReasonLength { get; private set; }

    public BodyKind Body { get; private set; }

    public long ContentLength { get; private set; }

    /// <summary>The back end will take another request on the connection.</summary>
    public bool KeepsAlive { get; private set; }

    public bool Nominates { get; private set; }

    public bool HasDate { get; private set; }

    public bool IsEventStream { get; private set; }

    /// <param name="bytes">What has come.</param>
    /// <param name="toHead">It answers a HEAD request, so that no body follows.</param>
    public HeadVerdict Parse(ReadOnlySpan<byte> bytes, bool toHead)
    {
        Fault = null;
        int at = 0;
        HeadVerdict verdict = StatusLine(bytes, ref at);
        if (verdict != HeadVerdict.Complete) return verdict;
        verdict = Fields.Parse(bytes, ref at, out HeadFault? fault);
        if (verdict == HeadVerdict.Refused) Fault = fault;
        if (verdict != HeadVerdict.Complete) return verdict;
        Length = at;
        return Digest(bytes, toHead);
    }

    private HeadVerdict StatusLine(ReadOnlySpan<byte> bytes, ref int at)
    {
        ReadOnlySpan<byte> known = "HTTP/1."u8;
        if (!bytes.StartsWith(known))
            return known.StartsWith(bytes) ? HeadVerdict.Incomplete : Refuse(HeadFault.StatusLine);
        if (bytes.Length < StatusLineBytesMin) return HeadVerdict.Incomplete;
        int status = 0;
        for (int i = 9; i < 12; i++)
        {
            if (bytes[i] is < (byte)'0' or > (byte)'9') return Refuse(HeadFault.StatusLine);
            status = (status * 10) + (bytes[i] - '0');
        }

        bool versionFits = bytes[7] is (byte)'0' or (byte)'1' && bytes[8] == ' ';
        if (!versionFits || status < 100 || bytes[12] is not ((byte)' ' or (byte)'\r'))
            return Refuse(HeadFault.StatusLine);
        Status = status;
        KeepsAlive = bytes[7] == '1';
        int end = bytes[12..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
        if (end < 0) return bytes.Length > StatusLineBytesMax ? Refuse(HeadFault.StatusLine) : HeadVerdict.Incomplete;
        ReasonStart = 12;
        ReasonLength = end;
        at = 12 + end;
        if (bytes[at] != '\r') return Refuse(HeadFault.LineBreak);
        if (at + 1 == bytes.Length) return HeadVerdict.Incomplete;
        if (bytes[at + 1] != '\n') return Refuse(HeadFault.LineBreak);
        at += 2;
        return HeadVerdict.Complete;
    }

    private HeadVerdict Digest(ReadOnlySpan<byte> bytes, bool toHead)
    {
        Body = BodyKind.UntilClose;
        ContentLength = 0;
        Nominates = HasDate = IsEventStream = closes = false;
        foreach (ref readonly HeadField field in Fields.Items)
        {
            HeadFault? fault = field.Id == FieldId.Other ? null : Take(bytes, field);
            if (fault is not null) return Refuse(fault);
        }

        if (toHead || Status is < 200 or 204 or 304) Body = BodyKind.None;
        if (Body == BodyKind.UntilClose || closes) KeepsAlive = false;
        return HeadVerdict.Complete;
    }

    private HeadFault? Take(ReadOnlySpan<byte> bytes, in HeadField field)
    {
        switch (field.Id)
        {
            case FieldId.ContentLength:
                if (Body == BodyKind.Chunked) return HeadFault.LengthAndEncoding;
                if (Body == BodyKind.Length) return HeadFault.TwoLengths;
                Body = BodyKind.Length;
                ContentLength = FieldLists.TryLength(field.Value(bytes), out long length) ? length : -1;
                return ContentLength < 0 ? HeadFault.Length : null;
            case FieldId.TransferEncoding:
                if (Body == BodyKind.Length) return HeadFault.LengthAndEncoding;
                if (Body == BodyKind.Chunked || !Ascii.EqualsIgnoreCase(field.Value(bytes), "chunked"u8))
                    return HeadFault.Encoding;
                Body = BodyKind.Chunked;
                return null;
            case FieldId.Connection:
                TakeConnection(field.Value(bytes));
                return null;
            case FieldId.Date:
                HasDate = true;
                return null;
            case FieldId.ContentType:
                ReadOnlySpan<byte> type = field.Value(bytes);
                ReadOnlySpan<byte> events = "text/event-stream"u8;
                IsEventStream = type.Length >= events.Length && Ascii.EqualsIgnoreCase(type[..events.Length], events);
                return null;
            default:
                return null;
        }
    }

    private void TakeConnection(ReadOnlySpan<byte> list)
    {
        while (FieldLists.Next(ref list, out ReadOnlySpan<byte> token))
        {
            if (Ascii.EqualsIgnoreCase(token, "close"u8)) closes = true;
            else if (Ascii.EqualsIgnoreCase(token, "keep-alive"u8)) KeepsAlive = true;
            else Nominates = true;
        }
    }

    private HeadVerdict Refuse(HeadFault fault)
    {
        Fault = fault;
        return HeadVerdict.Refused;
    }
}

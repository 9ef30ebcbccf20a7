using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>How the answer's head ends for the client.</summary>
internal readonly record struct AnswerChanges(bool AddsChunks, bool DropsChunks, bool Closes, bool SaysKeepAlive);

/// <summary>Writes the head that the client gets: the back end's lines without those of its connection.</summary>
internal sealed class AnswerRewriter(ForwardingRules rules)
{
    private const ulong Always =
        1ul << (int)FieldId.Connection | 1ul << (int)FieldId.Upgrade | 1ul << (int)FieldId.Hop;

    private const ulong Identity = 1ul << (int)FieldId.Server | 1ul << (int)FieldId.PoweredBy;

    /// <summary>More than is added.</summary>
    public const int AddedBytesMax = 256 + MoreBytesMax;

    /// <summary>Bytes of the lines that a route's guards may add.</summary>
    public const int MoreBytesMax = 2048;

    /// <param name="to">Room for the head and <see cref="AddedBytesMax"/>.</param>
    /// <param name="bytes">The head as it came.</param>
    /// <param name="head">What was parsed from it.</param>
    /// <param name="changes">What the client's connection asks for.</param>
    /// <param name="date">The line to add when the back end gave no date (RFC 9110 §6.6.1); empty for none.</param>
    /// <param name="more">Further lines, at most <see cref="MoreBytesMax"/>; beyond that none of them.</param>
    /// <returns>Bytes written.</returns>
    public int Write(
        Span<byte> to, ReadOnlySpan<byte> bytes, AnswerHead head, in AnswerChanges changes, ReadOnlySpan<byte> date,
        ReadOnlySpan<byte> more = default)
    {
        var writer = new HeadWriter(to);
        int run = 0;
        if (bytes[7] != '1')
        {
            writer.Append("HTTP/1.1"u8);
            run = 8;
        }

        ulong dropped = Always | (rules.KeepServerHeader ? 0 : Identity)
            | (changes.DropsChunks || head.Body == BodyKind.None ? 1ul << (int)FieldId.TransferEncoding : 0)
            | (head.Status is < 200 or 204 ? 1ul << (int)FieldId.ContentLength : 0);
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            bool passes = (dropped >> (int)field.Id & 1) == 0
                && !(head.Nominates && Nomination.Has(bytes, head.Fields, field));
            if (passes) continue;
            writer.Append(bytes[run..field.Start]);
            run = field.End;
        }

        writer.Append(bytes[run..(head.Length - 2)]);
        if (!head.HasDate) writer.Append(date);
        if (more.Length <= MoreBytesMax) writer.Append(more);
        if (changes.AddsChunks) writer.Append("Transfer-Encoding: chunked\r\n"u8);
        if (changes.Closes) writer.Append("Connection: close\r\n"u8);
        else if (changes.SaysKeepAlive) writer.Append("Connection: keep-alive\r\n"u8);
        writer.Append("\r\n"u8);
        return writer.Length;
    }
}

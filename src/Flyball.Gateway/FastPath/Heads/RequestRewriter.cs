using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>The first <see cref="Length"/> bytes of a target give way to others; neither for no change.</summary>
internal readonly record struct PrefixChange(int Length, byte[] Replacement)
{
    public static readonly PrefixChange None = new(0, []);
}

/// <summary>Who sent a request, and how.</summary>
/// <param name="address">The client's address as text.</param>
/// <param name="isTrusted">The client is a proxy whose word counts.</param>
/// <param name="isSecure">It came over TLS.</param>
internal readonly ref struct Sender(ReadOnlySpan<byte> address, bool isTrusted, bool isSecure)
{
    public ReadOnlySpan<byte> Address { get; } = address;

    public bool IsTrusted => isTrusted;

    public bool IsSecure => isSecure;
}

/// <summary>
/// Writes the head that is sent on: the client's lines in its order and spelling without those that concern its
/// connection only, and what the gateway says about it. Nothing in it depends on the endpoint, so a retry sends it
/// again.
/// </summary>
internal sealed class RequestRewriter(ForwardingRules rules)
{
    private const ulong Always = 1ul << (int)FieldId.Connection | 1ul << (int)FieldId.Upgrade | 1ul << (int)FieldId.Hop
        | 1ul << (int)FieldId.ForwardedFor | 1ul << (int)FieldId.Proven;

    /// <summary>What a client says about itself as if a proxy had said it.</summary>
    private const ulong Claims = 1ul << (int)FieldId.Forwarded | 1ul << (int)FieldId.ForwardedProto
        | 1ul << (int)FieldId.ForwardedHost;

    private readonly byte[] via = [.. "Via: "u8, .. System.Text.Encoding.ASCII.GetBytes(rules.Via), .. "\r\n"u8];

    /// <summary>
    /// More than is added, beside the host and the forwarded addresses, which are in the head already: the longest
    /// prefix that a route may put into a target, and the gateway's own lines.
    /// </summary>
    public const int AddedBytesMax = PrefixBytesMax + ToldBytesMax + 512;

    /// <summary>Bytes of the lines by which guards tell the back end what they have found out.</summary>
    public const int ToldBytesMax = 4096;

    /// <summary>Bytes that may come into a target's beginning.</summary>
    public const int PrefixBytesMax = 2048;

    /// <param name="to">Room for twice the head and <see cref="AddedBytesMax"/>.</param>
    /// <param name="bytes">The head as it came.</param>
    /// <param name="head">What was parsed from it.</param>
    /// <param name="sender">Whose it is.</param>
    /// <param name="changes">What the route changes.</param>
    /// <param name="trace">A new <c>traceparent</c>; empty passes the client's on.</param>
    /// <returns>Bytes written.</returns>
    public int Write(
        Span<byte> to, ReadOnlySpan<byte> bytes, RequestHead head, in Sender sender, in HeadChanges changes,
        ReadOnlySpan<byte> trace)
    {
        PrefixChange prefix = changes.Prefix;
        var writer = new HeadWriter(to);
        bool sameLine = prefix.Length == 0 && prefix.Replacement.Length == 0 && head.IsHttp11
            && head.TargetStart == head.MethodLength + 1;
        if (!sameLine) FirstLine(ref writer, bytes, head, prefix);
        ulong dropped = Always | (sender.IsTrusted ? 0 : Claims)
            | (trace.Length > 0 ? 1ul << (int)FieldId.TraceParent : 0);
        int run = sameLine ? 0 : head.FieldsStart;
        ulong seen = 0;
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            seen |= 1ul << (int)field.Id;
            bool passes = (dropped >> (int)field.Id & 1) == 0
                && !(head.Nominates && Nomination.Has(bytes, head.Fields, field))
                && !(changes.Passage is { } passage && passage.Drops(field.Name(bytes)));
            if (passes) continue;
            writer.Append(bytes[run..field.Start]);
            run = field.End;
        }

        writer.Append(bytes[run..(head.Length - 2)]);
        Forwarding(ref writer, bytes, head, sender, seen);
        if (changes.Passage is { } told)
        {
            byte[] lines = Passage.Lines(told.RequestHeaders);
            if (lines.Length <= ToldBytesMax) writer.Append(lines);
        }

        writer.Append(via);
        if (trace.Length > 0)
        {
            writer.Append("traceparent: "u8);
            writer.Append(trace);
            writer.Append("\r\n"u8);
        }

        writer.Append("\r\n"u8);
        return writer.Length;
    }

    private static void FirstLine(
        ref HeadWriter writer, ReadOnlySpan<byte> bytes, RequestHead head, PrefixChange prefix)
    {
        ReadOnlySpan<byte> target =
            bytes.Slice(head.TargetStart + prefix.Length, head.TargetLength - prefix.Length);
        writer.Append(bytes[..(head.MethodLength + 1)]);
        writer.Append(prefix.Replacement);
        if (prefix.Replacement.Length == 0 && (target.Length == 0 || target[0] == '?')) writer.Append("/"u8);
        writer.Append(target);
        writer.Append(" HTTP/1.1\r\n"u8);
    }

    private static void Forwarding(
        ref HeadWriter writer, ReadOnlySpan<byte> bytes, RequestHead head, in Sender sender, ulong seen)
    {
        bool trusts = sender.IsTrusted;
        writer.Append("X-Forwarded-For: "u8);
        if (trusts && (seen >> (int)FieldId.ForwardedFor & 1) != 0) Earlier(ref writer, bytes, head);
        writer.Append(sender.Address);
        writer.Append("\r\n"u8);
        if (!trusts || (seen >> (int)FieldId.ForwardedProto & 1) == 0)
            writer.Append(sender.IsSecure ? "X-Forwarded-Proto: https\r\n"u8 : "X-Forwarded-Proto: http\r\n"u8);
        if (trusts && (seen >> (int)FieldId.ForwardedHost & 1) != 0) return;
        writer.Append("X-Forwarded-Host: "u8);
        writer.Append(bytes.Slice(head.HostStart, head.HostLength));
        writer.Append("\r\n"u8);
    }

    /// <summary>The addresses that earlier proxies have seen, on one line with this one's.</summary>
    private static void Earlier(ref HeadWriter writer, ReadOnlySpan<byte> bytes, RequestHead head)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (field.Id != FieldId.ForwardedFor || field.ValueLength == 0) continue;
            writer.Append(field.Value(bytes));
            writer.Append(", "u8);
        }
    }
}

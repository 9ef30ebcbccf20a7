using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Writes the head that is sent on: the client's lines in its order and spelling without those that concern its
/// connection only, and what the gateway says about it. Nothing in it depends on the endpoint, so a retry sends it
/// again.
/// </summary>
internal sealed class RequestRewriter(ForwardingRules rules)
{
    private const ulong Always = 1ul << (int)FieldId.Connection | 1ul << (int)FieldId.Upgrade | 1ul << (int)FieldId.Hop
        | 1ul << (int)FieldId.ForwardedFor;

    /// <summary>What a client says about itself as if a proxy had said it.</summary>
    private const ulong Claims = 1ul << (int)FieldId.Forwarded | 1ul << (int)FieldId.ForwardedProto
        | 1ul << (int)FieldId.ForwardedHost;

    private readonly byte[] via = [.. "Via: "u8, .. System.Text.Encoding.ASCII.GetBytes(rules.Via), .. "\r\n"u8];

    /// <summary>
    /// More than is added, beside the host and the forwarded addresses, which are in the head already.
    /// </summary>
    public const int AddedBytesMax = 512;

    /// <param name="to">Room for twice the head and <see cref="AddedBytesMax"/>.</param>
    /// <param name="bytes">The head as it came.</param>
    /// <param name="head">What was parsed from it.</param>
    /// <param name="client">The client's address as text.</param>
    /// <param name="strip">Bytes of the target's path that are taken off.</param>
    /// <param name="trace">A new <c>traceparent</c>; empty passes the client's on.</param>
    /// <returns>Bytes written.</returns>
    public int Write(
        Span<byte> to, ReadOnlySpan<byte> bytes, RequestHead head, ReadOnlySpan<byte> client, int strip,
        ReadOnlySpan<byte> trace)
    {
        var writer = new HeadWriter(to);
        bool sameLine = strip == 0 && head.IsHttp11 && head.TargetStart == head.MethodLength + 1;
        if (!sameLine) FirstLine(ref writer, bytes, head, strip);
        ulong dropped = Always | (rules.TrustForwardedHeaders ? 0 : Claims)
            | (trace.Length > 0 ? 1ul << (int)FieldId.TraceParent : 0);
        int run = sameLine ? 0 : head.FieldsStart;
        ulong seen = 0;
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            seen |= 1ul << (int)field.Id;
            bool passes = (dropped >> (int)field.Id & 1) == 0
                && !(head.Nominates && Nomination.Has(bytes, head.Fields, field));
            if (passes) continue;
            writer.Append(bytes[run..field.Start]);
            run = field.End;
        }

        writer.Append(bytes[run..(head.Length - 2)]);
        Forwarding(ref writer, bytes, head, client, seen);
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

    private static void FirstLine(ref HeadWriter writer, ReadOnlySpan<byte> bytes, RequestHead head, int strip)
    {
        ReadOnlySpan<byte> target = bytes.Slice(head.TargetStart + strip, head.TargetLength - strip);
        writer.Append(bytes[..(head.MethodLength + 1)]);
        if (target.Length == 0 || target[0] == '?') writer.Append("/"u8);
        writer.Append(target);
        writer.Append(" HTTP/1.1\r\n"u8);
    }

    private void Forwarding(
        ref HeadWriter writer, ReadOnlySpan<byte> bytes, RequestHead head, ReadOnlySpan<byte> client, ulong seen)
    {
        bool trusts = rules.TrustForwardedHeaders;
        writer.Append("X-Forwarded-For: "u8);
        if (trusts && (seen >> (int)FieldId.ForwardedFor & 1) != 0) Earlier(ref writer, bytes, head);
        writer.Append(client);
        writer.Append("\r\n"u8);
        if (!trusts || (seen >> (int)FieldId.ForwardedProto & 1) == 0)
            writer.Append("X-Forwarded-Proto: http\r\n"u8);
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

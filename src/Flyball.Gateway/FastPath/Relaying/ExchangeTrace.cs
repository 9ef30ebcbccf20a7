using System.Diagnostics;
using System.Text;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// The trace context of one exchange: the client's where it is valid, a new one otherwise, and a span of the gateway's
/// own while somebody listens.
/// </summary>
internal struct ExchangeTrace
{
    private Activity? span;

    /// <summary>What was sent on; kept for the access log only.</summary>
    public string? Header { get; private set; }

    public void Begin(string method, ReadOnlySpan<char> path, ReadOnlySpan<byte> bytes, RequestHead head)
    {
        if (!TraceContext.Source.HasListeners()) return;
        span = TraceContext.Begin(method, path.ToString(), head.TraceParentOf(bytes));
        // The loop serves others before this request ends: the span is nobody's surroundings.
        Activity.Current = null;
    }

    /// <summary>The header's value when it is not the client's; empty when that is passed on.</summary>
    public ReadOnlySpan<byte> Write(
        Span<byte> to, ReadOnlySpan<byte> bytes, RequestHead head, TraceContext context, bool isLogged)
    {
        bool isNew = span is not null || head.TraceParent < 0
            || !TraceContext.IsValid(head.Fields.Items[head.TraceParent].Value(bytes));
        if (span?.Id is { } own) Encoding.ASCII.GetBytes(own, to);
        else if (isNew) context.Write(to);
        if (isLogged) Header = isNew ? Encoding.ASCII.GetString(to) : head.TraceParentOf(bytes);
        return isNew ? to : default;
    }

    public void End(int status, string? route, string? error)
    {
        Header = null;
        if (span is null) return;
        TraceContext.End(span, status, route, error);
        Activity.Current = null;
        span = null;
    }
}

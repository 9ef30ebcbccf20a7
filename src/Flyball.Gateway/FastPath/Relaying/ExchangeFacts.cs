using System.Net;
using System.Text;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>How an exchange ended, for its line in the access log.</summary>
internal readonly record struct ExchangeOutcome(
    string Method, int Status, long? BytesSent, string? Route, string? Upstream, string? Endpoint, int Tries,
    string? Refusal, string? TraceParent, IPAddress? Client);

/// <summary>What the access log tells of a request's head; copied out only while there is an access log.</summary>
internal sealed record ExchangeFacts(string Target, string Protocol, string? Host, string? Referer, string? UserAgent)
{
    /// <summary>For a head that is no request.</summary>
    public static readonly ExchangeFacts Unreadable = new("-", "HTTP/1.1", null, null, null);

    public static ExchangeFacts Of(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        string? referer = null;
        string? agent = null;
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (field.Id == FieldId.Referer) referer = Encoding.UTF8.GetString(field.Value(bytes));
            else if (field.Id == FieldId.UserAgent) agent = Encoding.UTF8.GetString(field.Value(bytes));
        }

        return new ExchangeFacts(
            Encoding.ASCII.GetString(bytes.Slice(head.TargetStart, head.TargetLength)),
            head.IsHttp11 ? "HTTP/1.1" : "HTTP/1.0", head.HostOf(bytes), referer, agent);
    }

    public AccessLogEntry Entry(in ExchangeOutcome outcome, TimeSpan took, DateTimeOffset at) => new()
    {
        At = at,
        Client = outcome.Client,
        Method = outcome.Method,
        Target = Target,
        Protocol = Protocol,
        Host = Host,
        Status = outcome.Status,
        BytesSent = outcome.BytesSent,
        Took = took,
        Route = outcome.Route,
        Upstream = outcome.Upstream,
        Endpoint = outcome.Endpoint,
        Tries = outcome.Tries,
        Refusal = outcome.Refusal,
        Referer = Referer,
        UserAgent = UserAgent,
        TraceParent = outcome.TraceParent,
    };
}

using System.Net;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>A GET request with neither headers nor a query.</summary>
internal readonly struct PlainFacts : IRequestFacts
{
    public string Method => "GET";

    public IPAddress? Client => null;

    public TlsConnection? Tls => null;

    public int HeaderBytes => 0;

    public (string Host, string Target) Address => ("", "/");

    public bool HeaderFits(FieldTest test) => test.WantsNone;

    public bool QueryFits(FieldTest test) => test.WantsNone;

    public int CopyHeader(FieldName name, scoped Span<byte> to) => -1;

    public int CopyCookie(FieldName name, scoped Span<byte> to) => -1;

    public bool HasSeveral(FieldName name) => false;

    public int CopyEnd(FieldName name, scoped Span<byte> to) => 0;
}

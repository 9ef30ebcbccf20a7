using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>
/// One call of gRPC's health protocol (grpc.health.v1.Health/Check) over HTTP/2: a message of one field each way needs
/// no generated client.
/// </summary>
internal static class GrpcHealth
{
    private const string Path = "/grpc.health.v1.Health/Check";
    private const int PrefixBytes = 5;
    private const int AnswerBytesMax = 1_024;
    private const byte ServiceField = 0x0A;
    private const byte StatusField = 0x08;
    private const int Serving = 1;

    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    /// <exception cref="FormatException">The target is not host:port.</exception>
    public static async ValueTask<CheckVerdict> ProbeAsync(
        HttpMessageInvoker client, CheckSpec spec, CancellationToken cancellation)
    {
        string target = spec.Grpc!;
        int slash = target.IndexOf('/', StringComparison.Ordinal);
        string service = slash < 0 ? "" : target[(slash + 1)..];
        (string host, int port) = HostPort.Split(slash < 0 ? target : target[..slash]);
        string authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{(spec.GrpcUseTls ? "https" : "http")}://{authority}{Path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Ask(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage answer = await client.SendAsync(request, cancellation);
        byte[] body = await ReadAsync(answer, cancellation);
        string? status = Value(answer.TrailingHeaders, "grpc-status") ?? Value(answer.Headers, "grpc-status");
        if (status != "0")
        {
            return new CheckVerdict(CheckStatus.Critical,
                $"gRPC check {target}: status {status ?? "missing"}, HTTP {(int)answer.StatusCode}");
        }

        int state = StateOf(body);
        return state == Serving
            ? new CheckVerdict(CheckStatus.Passing, $"gRPC check {target}: success")
            : new CheckVerdict(CheckStatus.Critical, $"gRPC check {target}: not serving (state {state})");
    }

    internal static byte[] Ask(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte> { 0, 0, 0, 0, 0 };
        if (name.Length > 0)
        {
            message.Add(ServiceField);
            for (int rest = name.Length; ; rest >>= 7)
            {
                message.Add((byte)(rest < 0x80 ? rest : (rest & 0x7F) | 0x80));
                if (rest < 0x80) break;
            }

            message.AddRange(name);
        }

        byte[] bytes = [.. message];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - PrefixBytes);
        return bytes;
    }

    /// <summary>The state of an answer's message; 0, unknown, when it holds none.</summary>
    internal static int StateOf(ReadOnlySpan<byte> body) =>
        body.Length >= PrefixBytes + 2 && body[0] == 0 && body[PrefixBytes] == StatusField ? body[PrefixBytes + 1] : 0;

    private static async ValueTask<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var buffer = new byte[AnswerBytesMax];
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellation);
        int got = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return buffer[..got];
    }

    private static string? Value(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}

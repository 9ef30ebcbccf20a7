using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>
/// Asks name servers. .NET's own resolver knows addresses only, and discovery needs SRV records as well.
/// </summary>
internal sealed class DnsClient(
    IReadOnlyList<IPEndPoint> servers, IReadOnlyList<string> searchDomains, TimeProvider time)
{
    private const int AnswerBytesMax = 65_535;
    private const int NoSuchName = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>With the servers and domains of <c>/etc/resolv.conf</c>.</summary>
    public static DnsClient FromSystem(TimeProvider time, string path = "/etc/resolv.conf")
    {
        var servers = new List<IPEndPoint>();
        var domains = new List<string>();
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path).Take(1000))
            {
                string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out IPAddress? parsed))
                    servers.Add(new IPEndPoint(parsed, 53));
                else if (words is ["search" or "domain", ..])
                    domains = [.. words.Skip(1)];
            }
        }

        if (servers.Count == 0) servers.Add(new IPEndPoint(IPAddress.Loopback, 53));
        return new DnsClient(servers, domains, time);
    }

    /// <summary>The records of a name, which may be none; null and a reason when no server answers.</summary>
    public async Task<(List<DnsRecord>? Records, string Problem)> AskAsync(
        string name, DnsRecordType type, CancellationToken cancellation)
    {
        string problem = "there is no name server";
        foreach (string candidate in Candidates(name))
        {
            foreach (IPEndPoint server in servers)
            {
                (List<DnsRecord>? records, int code, string reason) =
                    await AskServerAsync(server, candidate, type, cancellation);
                if (records is { Count: > 0 }) return (records, "");
                if (records is not null && code is 0 or NoSuchName)
                {
                    problem = "";
                    break;
                }

                problem = records is null ? reason : $"{server} answers with code {code}";
            }
        }

        return problem.Length == 0 ? ([], "") : (null, problem);
    }

    private IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.')) return [name];
        IEnumerable<string> longer = searchDomains.Select(domain => $"{name}.{domain}");
        return name.Contains('.', StringComparison.Ordinal) ? [name, .. longer] : [.. longer, name];
    }

    private async Task<(List<DnsRecord>? Records, int Code, string Problem)> AskServerAsync(
        IPEndPoint server, string name, DnsRecordType type, CancellationToken cancellation)
    {
        ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        byte[]? question = DnsMessage.TryAsk(id, name, type);
        if (question is null) return (null, -1, $"{name} is no name that can be looked up");
        using CancellationTokenSource timeout = new(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            byte[] answer = await AskUdpAsync(server, question, linked.Token);
            if (DnsMessage.IsCut(answer)) answer = await AskTcpAsync(server, question, linked.Token);
            List<DnsRecord>? records = DnsMessage.TryRead(answer, id, type, out int code);
            return (records, code, $"{server} answers something else");
        }
        catch (Exception e) when (e is SocketException or IOException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, -1, $"{server} does not answer");
        }
    }

    private static async Task<byte[]> AskUdpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, cancellation);
        byte[] buffer = new byte[AnswerBytesMax];
        while (true)
        {
            int size = await socket.ReceiveAsync(buffer, cancellation);
            // An answer with another id is late, or forged: the right one may still come.
            if (size >= 2 && buffer[0] == question[0] && buffer[1] == question[1]) return buffer[..size];
        }
    }

    private static async Task<byte[]> AskTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        byte[] size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)question.Length);
        await stream.WriteAsync((byte[])[.. size, .. question], cancellation);
        await stream.ReadExactlyAsync(size, cancellation);
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
        await stream.ReadExactlyAsync(answer, cancellation);
        return answer;
    }
}

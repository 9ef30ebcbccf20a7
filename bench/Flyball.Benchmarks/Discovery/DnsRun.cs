using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Flyball.Benchmarks.Discovery;

/// <summary>
/// DNS questions over UDP, with a window of them in flight; answers for each second of the server's CPU.
/// </summary>
internal static class DnsRun
{
    private const int Window = 64;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(ServerProcess server, int services)
    {
        foreach ((string name, byte type) in new[] { ("A", (byte)1), ("SRV", (byte)33) })
        {
            byte[][] questions =
                [.. Enumerable.Range(0, Math.Min(services, 1_000))
                    .Select(i => Ask($"service-{i}.service.consul", type))];
            double cpu = server.CpuSeconds;
            var clock = Stopwatch.StartNew();
            long answers = await Task.Factory.StartNew(
                () => Exchange(server, questions, clock), TaskCreationOptions.LongRunning);
            double seconds = clock.Elapsed.TotalSeconds;
            double spent = server.CpuSeconds - cpu;
            Console.WriteLine(
                $"DNS {name,-3} of 10 instances: {answers / seconds:N0} answers/s, {answers / spent:N0} a core of the "
                    + $"server's");
        }
    }

    private static long Exchange(ServerProcess server, byte[][] questions, Stopwatch clock)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server.Dns);
        socket.ReceiveTimeout = 200;
        byte[] buffer = new byte[9_000];
        long answers = 0;
        int next = 0;
        for (int i = 0; i < Window; i++) socket.Send(questions[next++ % questions.Length]);
        while (clock.Elapsed < Measured)
        {
            try
            {
                socket.Receive(buffer);
                answers++;
            }
            catch (SocketException)
            {
                // Lost in the kernel's buffers: fill the window again.
            }

            socket.Send(questions[next++ % questions.Length]);
        }

        return answers;
    }

    private static byte[] Ask(string name, byte type)
    {
        var message = new List<byte> { 1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1 };
        foreach (string label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        return [.. message, 0, 0, type, 0, 1, 0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];
    }
}

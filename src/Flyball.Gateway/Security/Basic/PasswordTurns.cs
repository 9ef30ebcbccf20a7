using System.Net;
using Flyball.Gateway.Security.Addresses;

namespace Flyball.Gateway.Security.Basic;

/// <summary>
/// Who may have a password checked slowly: each client one at a time, and after too many wrong ones none until a pause
/// is over, so that no client takes the others' turns. Bounded. Any thread.
/// </summary>
internal sealed class PasswordTurns(TimeProvider time, int checksMax)
{
    /// <summary>Wrong passwords of one client in <see cref="Window"/>; about half a second of a core.</summary>
    public const int WrongMax = 10;

    /// <summary>From a client's first wrong password on.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Clients that are remembered at a time, about 100 bytes each.</summary>
    private const int ClientsMax = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Turn> clients = [];
    private int checking;

    /// <summary>False when the client has to come again; else <see cref="End"/> must follow.</summary>
    public bool TryBegin(IPAddress? client)
    {
        UInt128 key = KeyOf(client);
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            if (checking >= checksMax) return false;
            bool isKnown = clients.TryGetValue(key, out Turn? turn);
            if (turn is { IsChecking: true }) return false;
            if (turn is null || now >= turn.Until) turn = new Turn(now + Window);
            if (turn.Wrong >= WrongMax) return false;
            if (!isKnown) MakeRoom();
            clients[key] = turn;
            turn.IsChecking = true;
            checking++;
            return true;
        }
    }

    public void End(IPAddress? client, bool isRight)
    {
        UInt128 key = KeyOf(client);
        lock (gate)
        {
            checking--;
            Turn turn = clients[key];
            turn.IsChecking = false;
            if (!isRight) turn.Wrong++;
            else if (turn.Wrong == 0) clients.Remove(key);
        }
    }

    /// <summary>Whoever has so many addresses needs no second turn of any of them.</summary>
    private void MakeRoom()
    {
        if (clients.Count < ClientsMax) return;
        foreach ((UInt128 key, Turn turn) in clients)
        {
            if (!turn.IsChecking) clients.Remove(key);
        }
    }

    private static UInt128 KeyOf(IPAddress? client)
    {
        if (client is null) return UInt128.MaxValue;
        Span<byte> bytes = stackalloc byte[AddressExtent.KeyBytes];
        bytes.Clear();
        int length = AddressExtent.WriteClient(client, bytes);
        return new UInt128((ulong)length, BitConverter.ToUInt64(bytes));
    }

    private sealed class Turn(DateTimeOffset until)
    {
        public DateTimeOffset Until => until;

        public int Wrong { get; set; }

        public bool IsChecking { get; set; }
    }
}

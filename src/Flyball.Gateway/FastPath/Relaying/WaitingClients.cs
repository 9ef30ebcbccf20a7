namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// A loop's client connections that carry no request, the one that has waited longest first: it makes room when no
/// further connection may stand.
/// </summary>
internal sealed class WaitingClients
{
    private ClientConnection? first;
    private ClientConnection? last;

    public void Add(ClientConnection client)
    {
        if (client.WaitingPlace.IsTaken) return;
        client.WaitingPlace = (true, last, null);
        if (last is null) first = client;
        else last.WaitingPlace = last.WaitingPlace with { After = client };
        last = client;
    }

    public void Remove(ClientConnection client)
    {
        (bool isTaken, ClientConnection? before, ClientConnection? after) = client.WaitingPlace;
        if (!isTaken) return;
        if (before is null) first = after;
        else before.WaitingPlace = before.WaitingPlace with { After = after };
        if (after is null) last = before;
        else after.WaitingPlace = after.WaitingPlace with { Before = before };
        client.WaitingPlace = default;
    }

    /// <summary>Closes the one that has waited longest; false when none waits.</summary>
    public bool CloseFirst()
    {
        if (first is not { } longest) return false;
        longest.Close();
        return true;
    }
}

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>Idle connections in the order they became so, linked through themselves.</summary>
internal sealed class LinkedConnections
{
    private UpstreamConnection? newest;

    public UpstreamConnection? Oldest { get; private set; }

    public void Add(UpstreamConnection connection)
    {
        connection.Older = newest;
        if (newest is not null) newest.Newer = connection;
        newest = connection;
        Oldest ??= connection;
    }

    public UpstreamConnection? TakeNewest()
    {
        if (newest is { } connection) Remove(connection);
        else connection = null;
        return connection;
    }

    public void Remove(UpstreamConnection connection)
    {
        if (connection.Newer is { } newer) newer.Older = connection.Older;
        else newest = connection.Older;
        if (connection.Older is { } older) older.Newer = connection.Newer;
        else Oldest = connection.Newer;
        connection.Older = connection.Newer = null;
    }
}

namespace Flyball.Load.Driving;

/// <summary>
/// The connections that carry a request, in the order of the intended times, so that only the first can have run out of
/// time.
/// </summary>
internal sealed class BusyList
{
    private LoadConnection? last;

    public LoadConnection? First { get; private set; }

    public int Count { get; private set; }

    public void Add(LoadConnection connection)
    {
        // Nearly always the newest; only a repeated request is older.
        LoadConnection? before = last;
        while (before is not null && before.Request.IntendedAt > connection.Request.IntendedAt) before = before.Before;
        LoadConnection? after = before is null ? First : before.After;
        (connection.Before, connection.After) = (before, after);
        if (before is null) First = connection;
        else before.After = connection;
        if (after is null) last = connection;
        else after.Before = connection;
        Count++;
    }

    public void Remove(LoadConnection connection)
    {
        if (connection.Before is { } before) before.After = connection.After;
        else First = connection.After;
        if (connection.After is { } after) after.Before = connection.Before;
        else last = connection.Before;
        connection.Before = connection.After = null;
        Count--;
    }
}

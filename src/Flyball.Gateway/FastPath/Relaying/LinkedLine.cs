namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>What stands in a <see cref="LinkedLine{T}"/> holds its neighbours itself.</summary>
internal interface ILinked<T> where T : class, ILinked<T>
{
    T? Older { get; set; }

    T? Newer { get; set; }
}

/// <summary>A line in the order of joining, linked through its members: joining and leaving make no objects.</summary>
internal sealed class LinkedLine<T> where T : class, ILinked<T>
{
    public T? Newest { get; private set; }

    public T? Oldest { get; private set; }

    public void Add(T member)
    {
        member.Older = Newest;
        if (Newest is not null) Newest.Newer = member;
        Newest = member;
        Oldest ??= member;
    }

    public T? TakeNewest() => Take(Newest);

    public T? TakeOldest() => Take(Oldest);

    public void Remove(T member)
    {
        if (member.Newer is { } newer) newer.Older = member.Older;
        else Newest = member.Older;
        if (member.Older is { } older) older.Newer = member.Newer;
        else Oldest = member.Newer;
        member.Older = member.Newer = null;
    }

    private T? Take(T? member)
    {
        if (member is not null) Remove(member);
        return member;
    }
}
